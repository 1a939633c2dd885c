// What visitors are sent to in the end, with and without a tunnel. Types only.

/** `auto`: nginx where there is one, else the bench's own. */
export type OriginChoice = 'auto' | 'nginx' | 'own';

/** Why there is none: `system` is the code of what the system refused, if it did. */
export interface NoOrigin {
  readonly error: string;
  readonly system: string | undefined;
}

/** Ports on loopback. Uploads and bytes that are echoed always go to the bench's own: it compares every byte, which nginx cannot. */
export interface Origin {
  /** `nginx/1.22.1`, or `own`. */
  readonly name: string;
  readonly http: number;
  readonly sink: number;
  readonly echo: number;
}
