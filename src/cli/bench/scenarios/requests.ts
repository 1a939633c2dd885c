// Small requests on kept connections, through a TCP exposure or by host name: how many a second, and how long one takes.
import { count } from '../../size.ts';
import { ALL_PATHS, type FigureRow, lasting, type Scenario, settleMs } from '../scenario.ts';
import { visitorsAtOnce } from './nofile.ts';

/** Connecting, the last answers, and closing. */
const AROUND_MS = 60;

function figures(id: string, title: string): readonly FigureRow[] {
  return [
    { id, title, unit: 'req/s', better: 'more' },
    { id: `${id}.p50`, title: `${title}: median time`, unit: 'µs', better: 'less' },
    { id: `${id}.p99`, title: `${title}: 99th percentile`, unit: 'µs', better: 'less' },
  ];
}

function scenario(id: string, title: string, visitors: number, byName: boolean): Scenario {
  return {
    id,
    figures: figures(id, title),
    paths: ALL_PATHS,
    lastsMs: lasting(AROUND_MS),
    async measure(stage, path, seconds) {
      const doors = await stage.doors(path);
      const { host, port } = byName ? doors.named : doors.http;
      const { hostHeader } = doors.named;
      const order = {
        at: { host, port },
        visitors: visitorsAtOnce(visitors),
        seconds,
        settleMs: settleMs(seconds),
        hostHeader,
      };
      const { rate, times } = await stage.loaders.carryOut({ kind: 'requests', ...order });
      return [rate, times.at(0.5), times.at(0.99)];
    },
  };
}

/** Through a TCP exposure: the tunnel and nothing else. */
export const http = (visitors: number): Scenario =>
  scenario(`http.c${visitors}`, `requests, ${count(visitors, 'visitor')}`, visitors, false);

/** By host name: the gateway reads every request and the agent every answer. */
export const named = (visitors: number): Scenario =>
  scenario(`host.c${visitors}`, `requests by host name, ${count(visitors, 'visitor')}`, visitors, true);
