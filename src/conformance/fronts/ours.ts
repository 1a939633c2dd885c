// The real program as its user starts it: a gateway, and one agent that exposes every lane.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Child, freePorts, makeFolder } from './child.ts';
import { closeLanes, type Front, type Lane, makeLanes } from './front.ts';

interface Ready {
  readonly http: string;
  readonly https: string;
}

const LOOKED_MS = 30_000;

const portOf = (address: string) => Number(address.split(':').at(-1));

function exposures(lanes: readonly Lane[], behind: Front | undefined): string {
  const row = (host: string, target: string, more = '') =>
    `  - name: ${host.replace('.localhost', '')}\n    target: ${target}\n${more}`;
  const rows = lanes.flatMap(({ open, guarded, secured, origin, secure }) => [
    row(open, `http://127.0.0.1:${behind?.port ?? origin.port}`),
    row(guarded, `http://127.0.0.1:${origin.port}`, '    auth: user:pass\n'),
    row(secured, `https://127.0.0.1:${secure.port}`),
  ]);
  return `exposures:\n${rows.join('')}`;
}

/** The agent looks once whether the target of each exposure is there; what comes after that comes of a visitor. */
async function looked({ origin, secure }: Lane, behind: Front | undefined): Promise<void> {
  await Promise.all([origin.looked(behind ? 1 : 2, LOOKED_MS), secure.looked(1, LOOKED_MS)]);
}

/** `program`: what is started as `tunnelkit`. `behind`: another front that stands between it and the lanes, which are that one's. */
export async function startOurs(program: string, count: number, behind?: Front): Promise<Front> {
  const lanes = behind?.lanes ?? (await makeLanes(count));
  const folder = makeFolder();
  const [tcp] = await freePorts(1);
  const listen = ['--http', '--https', '--admin'].flatMap((flag) => [flag, '127.0.0.1:0']);
  const gateway = new Child(program, ['serve', '--json', ...listen, '--tcp-ports', `${tcp}`], folder.path);
  const ready = JSON.parse((await gateway.says(/^\{.*"type":"ready".*\}$/gm))[0]!) as Ready;
  const file = join(folder.path, 'exposures.yaml');
  writeFileSync(file, exposures(lanes, behind));
  const agent = new Child(program, ['connect', '--json', '--config', file], folder.path);
  await agent.says(/"type":"exposed"/g, lanes.length * 3);
  await Promise.all(lanes.map((lane) => looked(lane, behind)));
  return {
    name: 'ours',
    port: portOf(ready.http),
    securePort: portOf(ready.https),
    http2Port: portOf(ready.http),
    lanes,
    pids: [gateway.process.pid!, agent.process.pid!],
    close: async () => {
      await Promise.all([gateway.stop(), agent.stop()]);
      if (behind === undefined) closeLanes(lanes);
      folder.remove();
    },
  };
}
