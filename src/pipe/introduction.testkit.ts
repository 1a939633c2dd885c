// Introductions by the PROXY protocol as tests listen with them: everybody owes one but whom they except.
import type { Introduction, IntroductionFault } from '../contract/introduction.ts';
import { readHeader } from '../proxy-protocol/header.ts';

export interface HeardIntroduction extends Introduction {
  readonly faults: IntroductionFault[];
}

export function introduction(due = true, bytesMax = 4_096): HeardIntroduction {
  const faults: IntroductionFault[] = [];
  return {
    faults,
    isDueFrom: () => due,
    read: (bytes) => readHeader(bytes, bytesMax),
    refused: (_from, why) => faults.push(why),
  };
}
