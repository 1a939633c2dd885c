/** A path in one word, for keys of pictures and heads of columns. */
export const PATH_LABEL = { direct: 'direct', tls: 'TLS', plain: 'plain' } as const;
