// HTML that cannot be broken by what stands in it: every value put into a template is escaped, unless it is markup itself.

/** Text that is HTML already. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | readonly Value[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function textOf(value: Value): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === 'string') return value.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
  return typeof value === 'number' ? String(value) : value.map(textOf).join('');
}

/** Attribute values stand in double quotes in the template. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(String.raw({ raw: parts }, ...values.map(textOf)));
}

/** A section with its heading; nothing when it would be empty. */
export function section(heading: string, id: string, body: readonly Markup[]): readonly Markup[] {
  if (body.length === 0) return [];
  return [html`<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>${body}</section>`];
}

/** A name in words and the id that thresholds use. Titles begin small, to stand inside sentences. */
export const label = ({ title, id }: { readonly title: string; readonly id: string }): Markup =>
  html`${capital(title)} <code>${id}</code>`;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
