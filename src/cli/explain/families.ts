// The families of codes, by their first digit: what they are about, and which commands help with all of them.
import type { ErrorCode } from '../../contract/errors.ts';

export interface Family {
  readonly title: string;
  readonly see: readonly string[];
}

export const FAMILIES: Readonly<Record<string, Family>> = {
  1: { title: 'who may come in', see: ['doctor', 'token list'] },
  2: { title: 'the local service', see: ['doctor TARGET'] },
  3: { title: 'the gateway and HTTP', see: ['status', 'names list'] },
  4: { title: 'the network', see: ['doctor'] },
  5: { title: 'configuration and usage', see: ['config show --origin'] },
  6: { title: 'TLS and certificates', see: ['doctor'] },
  7: { title: 'the mesh', see: ['doctor'] },
  8: { title: 'the data directory', see: ['doctor'] },
  9: { title: 'defects', see: ['doctor --bundle FILE'] },
};

export function familyOf(code: ErrorCode): Family {
  return FAMILIES[code[3]!]!;
}
