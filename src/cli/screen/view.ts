// What the screen shows, as plain facts. Types only.

export type LinkView =
  | { readonly kind: 'connecting'; readonly again: boolean }
  | {
      readonly kind: 'online';
      readonly transport: string;
      /** A round trip to the gateway. */
      readonly rttMs: number;
    }
  /** The next attempt comes in so many seconds. */
  | { readonly kind: 'waiting'; readonly seconds: number; readonly why: string; readonly again: boolean }
  | { readonly kind: 'stopping'; readonly underWay: number };

export interface ExposureView {
  readonly target: string;
  /** Undefined until it is granted. */
  readonly url: string | undefined;
  /** Why it is not published. */
  readonly refused: string | undefined;
}

export interface TrafficView {
  /** How many, with the word for it. */
  readonly visits: string;
  readonly perSecond: number;
  readonly bytes: number;
  readonly failed: number;
  /** Undefined where nothing has a duration yet. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly open: number;
}

export type Panel =
  | { readonly kind: 'help' }
  /** `ink`: what a block of it stands for, see `qrRows`. */
  | { readonly kind: 'qr'; readonly url: string; readonly ink: 'dark' | 'light' };

export interface View {
  /** `host:port`. */
  readonly gateway: string;
  readonly link: LinkView;
  readonly exposures: readonly ExposureView[];
  /** An origin that did not answer last time. */
  readonly originDown: { readonly what: string; readonly todo: string } | undefined;
  /** Undefined until something has come. */
  readonly traffic: TrafficView | undefined;
  readonly keys: boolean;
  /** The answer to the last key, for a while. */
  readonly notice: string | undefined;
  readonly panel: Panel | undefined;
}
