// X33: certificates right and wrong, and what an agent without a pin says of each.
import { type Issued, issue, issueRoot } from '../transport/odd-certificates.testkit.ts';

/** Whom the agent dials unless a case says otherwise. */
export const HOST = 'gate.example.test';
const NAMED = { names: [HOST] };
const other = (names: string) => `Its certificate is for another host: ${names}.`;
const NOT_ONE = 'Its certificate was signed with one that is no authority.';
const PURPOSE = 'Its certificate is not one for servers, or was signed with one that is not for that.';
const UNKNOWN = 'Its certificate is by an authority that this machine does not know';

export interface Case {
  readonly make: (root: Issued) => Promise<Issued>;
  readonly host?: string;
  /** What is said of it; undefined: it is trusted. */
  readonly says?: string | RegExp;
}

const leaf = (wanted: Parameters<typeof issue>[0], host?: string, says?: Case['says']): Case => ({
  make: (by) => issue({ by, ...wanted }),
  ...(host === undefined ? {} : { host }),
  ...(says === undefined ? {} : { says }),
});
const below = (authority: Parameters<typeof issue>[0], says?: Case['says']): Case => ({
  make: async (by) => issue({ by: await issue({ by, authority: 0, ...authority }), ...NAMED }),
  ...(says === undefined ? {} : { says }),
});

export const CASES: Readonly<Record<string, Case>> = {
  'the right name': leaf(NAMED),
  'the right name in capitals': leaf({ names: ['GATE.example.TEST'] }),
  'the right name with the dot of the root': leaf(NAMED, `${HOST}.`),
  'the right name, by an authority below the root': below({}),
  'the right address': leaf({ names: ['ip:192.0.2.1'] }, '192.0.2.1'),
  'an IPv6 address in another spelling': leaf({ names: ['ip:2001:db8::1'] }, '2001:db8:0::1'),
  'a wildcard for one label': leaf({ names: ['*.example.test'] }),
  'an A-label': leaf({ names: ['xn--mller-kva.example.test'] }, 'xn--mller-kva.example.test'),
  'another name': leaf({ names: ['other.example.test', 'ip:192.0.2.1'] }, HOST, other('other.example.test, 192.0.2.1')),
  'a wildcard for two labels': leaf({ names: ['*.test'] }, HOST, other('*.test')),
  'a wildcard for no label': leaf({ names: ['*.gate.example.test'] }, HOST, other('*.gate.example.test')),
  'a wildcard for a part of a label': leaf({ names: ['g*.example.test'] }, HOST, other('g*.example.test')),
  'a wildcard inside': leaf({ names: ['gate.*.test'] }, HOST, other('gate.*.test')),
  'a common name and no other': leaf({ commonName: HOST }, HOST, 'Its certificate names no host.'),
  'a common name beside another name': leaf({ commonName: HOST, names: ['other.test'] }, HOST, other('other.test')),
  'a name with a NUL behind it': leaf(
    { names: [`${HOST}\0.evil.test`] },
    HOST,
    /^Its certificate is for another host: /,
  ),
  'an address as a name': leaf({ names: ['192.0.2.1'] }, '192.0.2.1', other('192.0.2.1')),
  'a name for an address': leaf(NAMED, '192.0.2.1', other(HOST)),
  'a host with a wide dot': leaf(NAMED, 'gate。example.test', other(HOST)),
  'a host with a NUL': leaf(NAMED, `${HOST}\0.evil.test`, other(HOST)),
  'a certificate that has ended': leaf(
    { ...NAMED, from: -60, until: -48 },
    HOST,
    /^Its certificate ended at 20\d\d-\d\d-\d\d \d\d:\d\d UTC, 2 days ago by the clock here, which says 20.* UTC\.$/,
  ),
  'a certificate that has not begun': leaf(
    { ...NAMED, from: 3, until: 4 },
    HOST,
    /^Its certificate begins at 20.* UTC, 3 hours ahead of the clock here, which says 20.* UTC: one of the clocks is wrong\.$/,
  ),
  'a certificate ten minutes ahead': leaf({ ...NAMED, from: 1 / 6 }, HOST, /UTC, 10 minutes ahead of the clock here/),
  'a certificate for clients': leaf({ ...NAMED, forClients: true }, HOST, PURPOSE),
  'a certificate signed by itself': { make: () => issue(NAMED), says: 'Its certificate is signed by itself.' },
  'an unknown authority': {
    make: async () => issue({ by: await issueRoot(), ...NAMED }),
    says: new RegExp(`^${UNKNOWN}`),
  },
  'an authority in between that is not shown': {
    make: async (by) => ({ ...(await issue({ by: await issue({ by, authority: 0 }), ...NAMED })), above: [] }),
    says: new RegExp(`^${UNKNOWN}`),
  },
  'an authority that does not say that it is one': below({ authority: 'silent' }, NOT_ONE),
  'an authority that says it is none': below({ authority: 'denied' }, PURPOSE),
  'an authority below one that may have none': {
    make: async (by) => issue({ by: await issue({ by: await issue({ by, authority: 0 }), authority: 0 }), ...NAMED }),
    says: 'Its certificate was signed by an authority that may not have another below it.',
  },
  'an authority that has ended': below({ from: -60, until: -48 }, 'A certificate above its own has ended.'),
  'an authority that has not begun': below(
    { from: 3, until: 4 },
    'A certificate above its own is not valid yet by the clock here.',
  ),
};
