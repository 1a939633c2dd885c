// `tunnelkit connect`: exposures from a file, and what SIGHUP changes.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { World } from './program.testkit.ts';
import { begin, digest, visit, visitUntil } from './visit.testkit.ts';

const world = new World();
const servers: Server[] = [];
beforeAll(async () => {
  await world.serve();
});
afterAll(async () => {
  for (const server of servers) server.closeAllConnections();
  for (const server of servers) server.close();
  await world.close();
});

async function origin(text: string): Promise<number> {
  const server = createServer((request, response) => {
    if (request.url !== '/held') return void response.end(text);
    response.write('begun ');
    held.push(() => response.end('ended'));
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}
const held: (() => void)[] = [];

it('runs the exposures of a file, and SIGHUP touches only what changed', async () => {
  const [one, two, three] = await Promise.all(['one', 'two', 'three'].map(origin));
  const file = world.path('tunnelkit.yaml');
  const write = (rows: Readonly<Record<string, number | undefined>>) =>
    writeFileSync(
      file,
      `exposures:\n${Object.entries(rows)
        .map(([name, port]) => `  - target: ${port}\n    name: ${name}\n`)
        .join('')}`,
    );
  write({ a: one, b: two });
  const agent = world.tunnelkit(['connect', '--config', file, '--json']);
  const first = await agent.until('both to be ready', () => {
    const urls = agent.events.filter((event) => event.type === 'exposed').map((event) => String(event.url));
    return urls.length === 2 ? urls : undefined;
  });
  const at = (name: string, path = '/') => new URL(path, first[0]!.replace(/\/\/\w+\./, `//${name}.`));
  expect((await visit(at('a'))).text).toBe('one');
  expect((await visit(at('b'))).text).toBe('two');

  const kept = await begin(at('a', '/held'));
  write({ a: one, c: three });
  agent.child.kill('SIGHUP');
  await agent.until('the new exposure', () => agent.events.find((event) => String(event.url).includes('//c.')));
  expect((await visit(at('c'))).text).toBe('three');
  await visitUntil(at('b'), (reply) => reply.status === 503);
  held.pop()?.();
  expect((await digest(kept)).bytes).toBe('begun ended'.length);

  writeFileSync(file, 'exposure: []\n');
  agent.child.kill('SIGHUP');
  await agent.line(/TK-5002/);
  expect((await visit(at('c'))).text).toBe('three');
  expect(await agent.stop()).toBe(0);
});

it('that is wrong from the start exits 3 and says where', async () => {
  const file = world.path('wrong.toml');
  writeFileSync(file, '[[exposures]]\ntaget = 1\n');
  const agent = world.tunnelkit(['connect', '--config', file]);
  expect(await agent.exit).toBe(3);
  expect(agent.stderr).toContain('wrong.toml:2:1: unknown key "taget"; did you mean "target"?');
});
