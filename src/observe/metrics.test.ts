import { describe, expect, it } from 'vitest';
import { ERRORS } from '../contract/errors.ts';
import { LIMITS } from '../contract/limits.ts';
import { Metrics } from './metrics.ts';

async function linesOf(metrics: Metrics): Promise<string[]> {
  return (await metrics.scrape()).text.split('\n');
}

describe('metrics', () => {
  it('show what was counted, at the moment of the scrape, twice the same', async () => {
    const metrics = new Metrics();
    metrics.countResponse(200);
    metrics.countResponse(204);
    metrics.countResponse(502);
    metrics.bytes.in += 10;
    metrics.errors['TK-2001'] += 1;
    metrics.limitsHit.headBytes += 3;
    metrics.sessions.open += 2;
    metrics.certificates.failed = 1;
    for (let scrape = 0; scrape < 2; scrape++) {
      expect(await linesOf(metrics)).toEqual(
        expect.arrayContaining([
          'tunnelkit_requests_total{class="2xx"} 2',
          'tunnelkit_requests_total{class="5xx"} 1',
          'tunnelkit_requests_total{class="4xx"} 0',
          'tunnelkit_bytes_total{direction="in"} 10',
          'tunnelkit_errors_total{code="TK-2001"} 1',
          'tunnelkit_limits_hit_total{limit="headBytes"} 3',
          'tunnelkit_sessions_open 2',
          'tunnelkit_certificates{state="failed"} 1',
          'tunnelkit_certificates{state="valid"} 0',
        ]),
      );
    }
    metrics.sessions.open -= 1;
    expect(await linesOf(metrics)).toContain('tunnelkit_sessions_open 1');
  });

  it('count whatever is no status as none', async () => {
    const metrics = new Metrics();
    for (const status of [0, 99, 600, 1_000]) metrics.countResponse(status);
    expect(await linesOf(metrics)).toContain('tunnelkit_requests_total{class="none"} 4');
  });

  it('have a line for every error code and every limit, before any was hit', async () => {
    const lines = await linesOf(new Metrics());
    for (const code of Object.keys(ERRORS)) expect(lines).toContain(`tunnelkit_errors_total{code="${code}"} 0`);
    for (const limit of Object.keys(LIMITS)) expect(lines).toContain(`tunnelkit_limits_hit_total{limit="${limit}"} 0`);
  });

  it('explain every family in one sentence and keep to names that Prometheus advises', async () => {
    const { text } = await new Metrics().scrape();
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    expect(types.length).toBeGreaterThan(10);
    for (const [, name, type] of types) {
      expect(text).toMatch(new RegExp(`^# HELP ${name} [A-Z].*\\.$`, 'm'));
      expect(name).toMatch(type === 'counter' ? /^tunnelkit_[a-z_]+_total$/ : /^tunnelkit_[a-z_]+(?<!_total)$/);
    }
  });

  it('belong to one gateway: another one in the same process counts for itself', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.streams.opened += 5;
    expect(await linesOf(other)).toContain('tunnelkit_streams_total 0');
  });
});
