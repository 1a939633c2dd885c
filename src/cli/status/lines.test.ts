import { describe, expect, it } from 'vitest';
import type { AgentReport, ExposureReport } from '../agent/report.ts';
import { agentLines } from './agent-lines.ts';
import { type GatewayStatus, gatewayLines } from './lines.ts';

const WIDE = Number.POSITIVE_INFINITY;
const web: ExposureReport = {
  target: 'http://localhost:3000',
  pool: false,
  url: 'https://app.example.com',
  refused: undefined,
  origin: { up: true },
  visits: 12,
  open: 1,
  bytesIn: 3_100,
  bytesOut: 4_500_000,
  p50Ms: 3.21,
  p95Ms: 45.1,
};
const agent: AgentReport = {
  pid: 4242,
  command: 'connect',
  version: '1.2.3',
  gateway: 'example.com:443',
  state: 'connected',
  stateMs: 3_725_000,
  uptimeMs: 3_726_000,
  trouble: undefined,
  transport: 'tls',
  rttMs: 12.4,
  streams: 1,
  exposures: [web],
};

it('says of a UDP service that nobody knows whether it is up, and how many datagrams were dropped', () => {
  const udp = { ...web, target: 'udp://localhost:53', origin: {}, dropped: 2_000 };
  expect(agentLines({ ...agent, exposures: [udp] }, WIDE).join('\n')).toMatch(/unknown, 2.?000 datagrams dropped/);
});

it('says of what is shared that it is, and at the gateway by how many', () => {
  expect(agentLines({ ...agent, exposures: [{ ...web, pool: true }] }, 80)[2]).toBe(
    '  https://app.example.com → http://localhost:3000 (pool)',
  );
  const place = { kind: 'name', value: 'a', account: 'ann', target: '3000', since: 0, pool: true } as const;
  const places = [{ ...place, url: 'https://a.example.com', agents: ['k1', 'k2', 'k3'] }];
  expect(gatewayLines({ ...status, places }, 80)).toContain('    https://a.example.com (pool of 3)');
  expect(gatewayLines({ ...status, places }, 80)).toContain('    tcp://example.com:20000');
});

describe('an agent, for people', () => {
  it('is a line and a table', () => {
    const db: ExposureReport = {
      ...web,
      target: 'tcp://localhost:5432',
      url: 'tcp://example.com:20005',
      origin: { up: false, code: 'TK-2001' },
      p50Ms: undefined,
      p95Ms: undefined,
    };
    expect(agentLines({ ...agent, exposures: [web, db] }, WIDE)).toEqual([
      'agent 4242 (connect): connected to example.com:443 over tls for 1 h 2 min, rtt 12 ms, 1 stream',
      '  TK-2001 The local service refused the connection. tcp://localhost:5432.',
      '    to do: Start it; traffic flows as soon as it listens.',
      '  URL                      SERVICE                STATE          VISITS  OPEN      IN     OUT     P50    P95',
      '  https://app.example.com  http://localhost:3000  up                 12     1  3.1 kB  4.5 MB  3.2 ms  45 ms',
      '  tcp://example.com:20005  tcp://localhost:5432   down, TK-2001      12     1  3.1 kB  4.5 MB       –      –',
    ]);
  });

  it('says why it has no session, and why an exposure is not published', () => {
    const refused = { code: 'TK-1005', seen: 'app.' } as const;
    const lines = agentLines(
      {
        ...agent,
        state: 'retrying',
        transport: undefined,
        trouble: { code: 'TK-4001', seen: 'refused.' },
        exposures: [{ ...web, url: undefined, refused }],
      },
      WIDE,
    );
    const [head, first, todo, second, , , row] = lines;
    expect(head).toBe(
      'agent 4242 (connect): waiting to try again with example.com:443, without a session for 1 h 2 min',
    );
    expect(first).toBe('  TK-4001 The gateway cannot be reached. refused.');
    expect(todo).toMatch(/^ {4}to do: /);
    expect(second).toBe('  TK-1005 The name belongs to another account. http://localhost:3000: app.');
    expect(row).toMatch(/^ {2}not published {2}http/);
  });

  it('that does not answer is told as such', () => {
    expect(agentLines({ pid: 7, state: 'silent' }, WIDE)).toEqual(['agent 7: runs, but does not answer']);
  });
});

const stats = {
  rttMs: 0.7,
  streams: 2,
  idleMs: 0,
  bytesIn: 9_000,
  bytesOut: 100,
  overflowBytes: 0,
  opened: 3,
  outOfMemory: 0,
};
const session = {
  session: 's',
  account: 'ann',
  token: 't',
  agent: 'a',
  address: '203.0.113.9:4000',
  transport: 'ws',
  software: 'x',
  exposures: ['https://a.example.com', 'tcp://example.com:20000'],
  stats,
};
const status: GatewayStatus = {
  version: '1.2.3',
  uptimeMs: 90_000,
  draining: false,
  visitors: 1,
  memory: { usedBytes: 90e6, limitBytes: 2e9, state: 'enough' },
  late: false,
  limitsHit: {},
  listeners: { http: '[::]:80', https: '[::]:443' },
  certificates: [],
  sessions: [session],
  pending: 0,
  streamsOpened: 3,
  places: [],
};

describe('a gateway, for people', () => {
  it('is a line, its listeners, and its agents; in is what visitors sent', () => {
    expect(gatewayLines(status, WIDE)).toEqual([
      'gateway 1.2.3: up for 1 min 30 s, 1 visitor connection, 1 agent',
      '  http [::]:80 · https [::]:443',
      '  memory 90.0 MB of 2.0 GB',
      '  AGENT  FROM              OVER     RTT  STREAMS     IN     OUT  PUBLISHES',
      '  ann    203.0.113.9:4000  ws    0.7 ms        2  100 B  9.0 kB  https://a.example.com',
      `${' '.repeat(65)}tcp://example.com:20000`,
    ]);
  });

  it('without agents has no table, and says when it is stopping', () => {
    expect(gatewayLines({ ...status, draining: true, sessions: [] }, WIDE)).toEqual([
      'gateway 1.2.3: stopping, up for 1 min 30 s, 1 visitor connection, 0 agents',
      '  http [::]:80 · https [::]:443',
      '  memory 90.0 MB of 2.0 GB',
    ]);
  });

  it('says that memory is short, and that turns are late', () => {
    const memory = { usedBytes: 1.8e9, limitBytes: 2e9, state: 'short' } as const;
    expect(gatewayLines({ ...status, memory, late: true }, WIDE)[2]).toBe(
      '  memory 1.8 GB of 2.0 GB, short (TK-3020) · turns are late: new handshakes are turned away',
    );
  });
});

describe('on a terminal too narrow for the table', () => {
  const within = (width: number, lines: readonly string[]) =>
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);

  it('exposures are facts below their URL', () => {
    const lines = agentLines(agent, 80);
    expect(lines).toEqual([
      'agent 4242 (connect): connected to example.com:443 over tls for 1 h 2 min, rtt',
      '  12 ms, 1 stream',
      '  https://app.example.com → http://localhost:3000',
      '    up · 12 visits · 1 open · in 3.1 kB · out 4.5 MB · p50 3.2 ms · p95 45 ms',
    ]);
    expect(agentLines(agent, 40).slice(3)).toEqual([
      '  https://app.example.com',
      '  → http://localhost:3000',
      '    up · 12 visits · 1 open · in 3.1 kB',
      '    out 4.5 MB · p50 3.2 ms · p95 45 ms',
    ]);
    within(40, agentLines({ ...agent, exposures: [{ ...web, origin: { up: false, code: 'TK-2001' } }] }, 40));
  });

  it('agents of a gateway are facts above what they publish', () => {
    expect(gatewayLines(status, 80).slice(3)).toEqual([
      '  ann from 203.0.113.9:4000 · ws, rtt 0.7 ms · 2 streams · in 100 B · out 9.0 kB',
      '    https://a.example.com',
      '    tcp://example.com:20000',
    ]);
    within(40, gatewayLines(status, 40));
  });
});
