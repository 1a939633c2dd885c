// `tunnelkit serve` as data.
import { CONFIG, DATA_DIR, REACTOR } from './options.ts';
import { type CommandRow, flag, group, later, list, number, text } from './row.ts';

export const serve: CommandRow = {
  name: 'serve',
  positionals: '',
  summary: 'run the gateway',
  more: `Without arguments it serves one machine at once: visitors on ports 8080 and 8443, names under *.localhost, and
everything it must keep in the data directory. With --domain it takes ports 80 and 443 and publishes under that domain, with
certificates by ACME (of Let's Encrypt, to whose terms you agree by it): for the domain, and for each name when it is
first exposed. They are kept in the data directory and renewed by themselves.
It prints the join link with which agents of other machines log in (on a terminal; else the file that holds it).

ADDR is host:port, :port or port. SIGTERM or Ctrl-C lets what is under way finish; a second one does not.`,
  exits: [3, 7, 8],
  examples: [
    ['tunnelkit serve', 'A gateway for this machine, with nothing to configure'],
    [
      'tunnelkit serve --domain example.com',
      'On a server, for *.example.com, with certificates that come by themselves',
    ],
    [
      'tunnelkit serve --domain example.com --cert fullchain.pem --key privkey.pem',
      'With a certificate of yours instead (reloaded when it changes)',
    ],
    [
      'tunnelkit serve --domain example.com --acme off --http 127.0.0.1:8080 --https 127.0.0.1:8443 --trusted-proxy 127.0.0.1',
      'Behind an nginx on the same machine',
    ],
    ['tunnelkit serve --public-host 203.0.113.7', 'Without a domain: exposures get ports of this address'],
  ],
  options: [
    ...group(
      'Names and certificates',
      text('domain', 'D', 'exposures are published as NAME.D'),
      text('public-host', 'H', 'the host that is printed in links and URLs'),
      text('cert', 'FILE', 'certificate chain (PEM), reloaded when it changes', { offers: 'file' }),
      text('key', 'FILE', 'its private key (PEM)', { offers: 'file' }),
      text('acme', 'off', 'off: ask no ACME server for certificates', { choices: ['off'] }),
      text('acme-email', 'E', 'where the ACME server may write to'),
      text('acme-directory', 'URL', 'ACME server', { default: "Let's Encrypt" }),
    ),
    ...group(
      'Where it listens',
      text('http', 'ADDR', "visitors' HTTP", { default: ':8080, with --domain :80' }),
      text('https', 'ADDR', "visitors' HTTPS", { default: ':8443, with --domain :443' }),
      text('agents', 'ADDR', "agents' own port", { default: 'the HTTPS port' }),
      text('admin', 'ADDR', 'admin listener', { default: '127.0.0.1:8081' }),
      text('tcp-ports', 'A-B', 'ports for TCP, UDP, and HTTP without names', { default: '20000-20099' }),
      list('trusted-proxy', 'CIDR', 'proxies whose X-Forwarded-* counts, and through which agents may come'),
      list('proxy-protocol-from', 'CIDR', 'load balancers; connections from there must begin with a PROXY header'),
      flag('insecure', 'also accept agents over plain TCP: for trusted networks only'),
    ),
    ...group(
      'How it runs',
      DATA_DIR,
      CONFIG,
      number('drain-spread', 'S', 'spread the return of agents over S seconds when stopping'),
      flag('print-limits', 'print every limit with its unit and reason, and stop'),
      text('memory-limit', 'SIZE', 'refuse new streams near this much memory (512M, 2G)', {
        default: "the container's limit, at most 3/4 of the machine",
      }),
      REACTOR,
      later(text('workers', 'N', 'processes')),
    ),
  ],
};
