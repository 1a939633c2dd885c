/** An option's value where it is text; undefined where it was not given. */
export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
