// What `/metrics` shows of everyday traffic moves with it.
import { expect, it } from 'vitest';
import { UdpEnd } from '../program/udp.testkit.ts';
import { exposedEcho } from './datagrams.testkit.ts';
import { GET } from './visitor.testkit.ts';
import { answerAfterReading, LimitWorld } from './world.testkit.ts';

it('counts visitors, streams, sessions and bytes while they are there, and afterwards', async () => {
  const world = await LimitWorld.start({});
  try {
    const { agent } = await world.web();
    world.handler = (asked, response) => answerAfterReading(asked, response);
    const visitor = world.visitor().send(GET);
    await visitor.answer();
    await visitor
      .send(`${GET.replace('GET', 'POST').replace('\r\n\r\n', '\r\nContent-Length: 5\r\n\r\n')}hello`)
      .answer(1);
    const { value } = await world.counters();
    expect(value('tunnelkit_visitors_total')).toBe(1);
    expect(value('tunnelkit_visitors_open')).toBe(1);
    expect(value('tunnelkit_sessions_open')).toBe(1);
    expect(value('tunnelkit_streams_total')).toBe(2);
    expect(value('tunnelkit_bytes_total{direction="in"}')).toBe('hello'.length);
    expect(value('tunnelkit_bytes_total{direction="out"}')).toBe('okok'.length);
    expect(value('tunnelkit_requests_total{class="2xx"}')).toBe(2);

    await agent.stop(0);
    visitor.cut();
    for (let open = 2; open > 0; ) {
      const later = await world.counters();
      open = later.value('tunnelkit_sessions_open') + later.value('tunnelkit_visitors_open');
    }
    expect((await world.counters()).value('tunnelkit_streams_total')).toBe(2);
  } finally {
    await world.close();
  }
});

it('counts datagrams both ways', async () => {
  const world = await LimitWorld.start({});
  const visitor = await UdpEnd.bind();
  try {
    const port = await exposedEcho(world);
    for (const bytes of [0, 3]) await visitor.ask(port, Buffer.alloc(bytes));
    const { value } = await world.counters();
    const ways = ['in', 'out', 'dropped'].map((way) => value(`tunnelkit_datagrams_total{way="${way}"}`));
    expect(ways).toEqual([2, 2, 0]);
    expect(value('tunnelkit_bytes_total{direction="in"}')).toBe(3);
  } finally {
    visitor.close();
    await world.close();
  }
});
