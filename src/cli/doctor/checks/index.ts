// The checks, in the order in which they are told: the first failure is where to begin.
import type { Check } from '../check.ts';
import { bounds } from './bounds.ts';
import { certificateSource } from './certificate-source.ts';
import { certificates } from './certificates.ts';
import { clock } from './clock.ts';
import { config } from './config.ts';
import { dataDirectory } from './data-directory.ts';
import { disk } from './disk.ts';
import { dns } from './dns.ts';
import { gateway } from './gateway.ts';
import { limits } from './limits.ts';
import { link } from './link.ts';
import { names } from './names.ts';
import { origin } from './origin.ts';
import { pin } from './pin.ts';
import { ports } from './ports.ts';
import { proxy } from './proxy.ts';
import { runtime } from './runtime.ts';
import { serving } from './serving.ts';
import { tcp } from './tcp.ts';
import { tls } from './tls.ts';
import { token } from './token.ts';
import { websocket } from './websocket.ts';

export const CHECKS: readonly Check[] = [
  config,
  runtime,
  bounds,
  // A gateway of this machine that does not run explains what follows.
  dataDirectory,
  disk,
  certificateSource,
  ports,
  serving,
  limits,
  names,
  certificates,
  gateway,
  proxy,
  dns,
  tcp,
  tls,
  link,
  pin,
  token,
  websocket,
  clock,
  origin,
];
