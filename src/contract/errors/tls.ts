// 6xxx: certificates, TLS and ACME. Only add; never renumber.
import type { ErrorRow } from './row.ts';

export const TLS = {
  'TK-6001': {
    what: 'The certificate or its key cannot be used.',
    todo: 'Check that both are PEM files that belong together.',
    more: 'The certificate file holds the chain, leaf first; the key file the private key of that leaf, without a password.',
    exit: 3,
  },
  'TK-6002': {
    what: 'The certificate authority did not find this gateway under the name.',
    todo: 'Point the name (its A and AAAA records) to this machine, and let nothing else answer at its port 80.',
    more: 'The authority asks http://NAME/.well-known/acme-challenge/ from outside and must get the answer of this gateway. It is tried again by itself, at first after minutes; http:// works meanwhile.',
  },
  'TK-6003': {
    what: 'The certificate authority could not connect to port 80 of the name.',
    todo: "Open port 80 and lead it to this gateway's HTTP listener (firewall, router, `--http`).",
    more: 'HTTP-01 always asks at port 80, whatever `--http` says. It is tried again by itself, at first after minutes; http:// works meanwhile.',
  },
  'TK-6004': {
    what: 'The certificate authority gives no more certificates for now.',
    todo: 'Nothing: it is tried again when the authority allows it.',
    more: "Authorities bound how many certificates a domain gets in a week (Let's Encrypt: 50). For more names bring a wildcard certificate with `--cert` and `--key`.",
  },
  'TK-6005': {
    what: 'The certificate authority cannot be reached, or failed.',
    todo: 'Check that this machine reaches it (network, HTTPS_PROXY, `--acme-directory`). It is tried again by itself.',
    more: 'An authority whose own certificate this machine does not trust is named to Node with NODE_EXTRA_CA_CERTS.',
  },
  'TK-6006': {
    what: 'The certificate authority refuses this name.',
    todo: 'Check the CAA records of the domain, or bring a certificate with `--cert` and `--key`.',
  },
  'TK-6007': {
    what: 'The certificate authority refuses the account.',
    todo: 'Check `--acme-email`, or take another authority with `--acme-directory`.',
    more: 'Authorities that want an external account binding are not supported.',
  },
  'TK-6008': {
    what: 'One account brought too many new names for certificates.',
    todo: 'Nothing: the name gets its certificate when the hour is over.',
    more: 'So one account cannot use up what the certificate authority grants to the whole domain. For many names bring a wildcard certificate with `--cert` and `--key`.',
  },
  'TK-6009': {
    what: 'No certificate authority of the internet gives certificates for this domain.',
    todo: 'Use a domain of the public DNS, or bring a certificate with `--cert` and `--key`.',
    more: '203.0.113.7.sslip.io is such a domain, with your address in it. For private zones name an authority of your own with `--acme-directory`.',
  },
  'TK-6010': {
    what: 'The certificate ends soon, or has ended.',
    todo: 'Renew it on the gateway; by ACME that happens by itself, and `tunnelkit status` there says why it did not.',
    more: 'Certificates are renewed at two thirds of their life: less than ten days are left only of one that was not renewed.',
  },
  'TK-6011': {
    what: "Visitors' browsers do not trust the certificate.",
    todo: 'Bring one with `--cert` and `--key` that covers the name, or let ACME make one.',
    more: "Browsers warn of certificates of the gateway's own authority, and of those that name another host. Agents do not mind: they know the gateway by its pin.",
  },
} as const satisfies Record<string, ErrorRow>;
