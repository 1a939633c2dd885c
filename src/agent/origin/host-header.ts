/** What the origin is told as Host: what the visitor asked for, the origin's own authority, or this text. */
export type HostHeader = 'preserve' | 'rewrite' | { readonly value: string };

/** Reads `--host-header`: `preserve`, `rewrite` or a host. Undefined if it could not stand in a Host field (RFC 9110 §7.2). */
export function parseHostHeader(text: string): HostHeader | undefined {
  if (text === 'preserve' || text === 'rewrite') return text;
  return /^(?:\[[0-9a-f:.]+\]|[a-z0-9._~!$&'()*+,;=%-]+)(?::\d{1,5})?$/i.test(text) ? { value: text } : undefined;
}

/** The Host field for one request; `asked` is empty when an HTTP/1.0 visitor sent none, which HTTP/1.1 does not allow to pass on. */
export function hostFor(choice: HostHeader, asked: string, authority: string): string {
  if (choice === 'preserve') return asked === '' ? authority : asked;
  return choice === 'rewrite' ? authority : choice.value;
}
