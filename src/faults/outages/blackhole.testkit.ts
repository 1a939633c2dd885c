// R2: from one moment on no packet passes, and nobody is told.
import { request } from 'node:http';
import { setInterval } from 'node:timers';
import type { Exposed } from '../../cli/program/program.testkit.ts';
import { Scene } from './scene.testkit.ts';
import type { Figure, Trial } from './trial.ts';

const GONE_MS = 16_000;
/** Each uploads so much so often: it flows, and costs the machine little. */
const PIECE = Buffer.alloc(16_384);
const PIECE_EVERY_MS = 20;

/** An upload without an end; resolves with how long after `cut` it ended. */
class Upload {
  readonly ended: Promise<number>;
  /** More than what is on the way has passed. */
  readonly flows: Promise<void>;

  constructor({ url }: Exposed) {
    const asked = request({ host: '127.0.0.1', port: url.port, path: '/upload', method: 'POST', agent: false });
    asked.setHeader('host', url.host);
    const flows = Promise.withResolvers<void>();
    let pieces = 0;
    const pump = setInterval(() => {
      if (asked.writableNeedDrain) return;
      asked.write(PIECE);
      pieces += 1;
      if (pieces === 10) flows.resolve();
    }, PIECE_EVERY_MS);
    this.flows = flows.promise;
    this.ended = new Promise((resolve) => {
      const end = () => {
        clearInterval(pump);
        resolve(performance.now());
      };
      asked.on('response', (answer) => end() ?? answer.resume());
      asked.on('error', end);
    });
  }
}

async function partings(scene: Scene, rounds: number): Promise<Figure[]> {
  const [agents, gateway, uploads]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    const uploading = scene.agents.filter((_, at) => at % 2 === 0).map((agent) => new Upload(agent));
    await Promise.all(uploading.map(({ flows }) => flows));
    const lost = scene.agents.map((agent) => scene.count(agent, 'lost'));
    const gone = goneIn(scene);
    scene.far!.cut();
    const cutAt = performance.now();
    const since = () => performance.now() - cutAt;
    const noticed = scene.agents.map(({ running }, at) => running.event('lost', lost[at]).then(since));
    const dropped = scene.agents.map((_, at) =>
      scene.gateway.running.until('it to let go', () => (goneIn(scene) > gone + at ? since() : undefined)),
    );
    agents.push(...(await Promise.all(noticed)));
    gateway.push(...(await Promise.all(dropped)));
    uploads.push(...(await Promise.all(uploading.map(({ ended }) => ended.then((at) => at - cutAt)))));
    scene.far!.heal();
    await scene.back();
  }
  const most = GONE_MS;
  return [
    { what: 'a dead gateway was noticed', ms: agents, most },
    { what: 'a dead agent was noticed', ms: gateway, most },
    { what: 'an upload through it ended', ms: uploads, most },
  ];
}

const goneIn = ({ gateway }: Scene) => gateway.running.stderr.split('"an agent is gone"').length - 1;

export const blackhole = (program?: string): Trial => ({
  promise: 'R2',
  effort: { rounds: 2, agents: 20, awayMs: [] },
  run: ({ rounds, agents }) =>
    Scene.play({ program, far: true }, async (scene) => {
      await scene.join(agents);
      return { figures: await partings(scene, rounds), notes: [], wrong: [] };
    }),
});
