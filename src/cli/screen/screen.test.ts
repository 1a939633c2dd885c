import { describe, expect, it } from 'vitest';
import { CONNECTED, EXPOSED, LOST, request, Show, SPEC, URL } from './screen.testkit.ts';

function online(resultShown = true): Show {
  const show = new Show(resultShown);
  show.tell({ type: 'connecting' }, CONNECTED, EXPOSED);
  show.clock.advance(100);
  return show;
}

const HEADER = `
 URL      ${URL} → http://localhost:3000
 status   ● online · tls to gw.example.com:443 · 10 ms · inspector off
 traffic  no visits yet
 c copy   o open   q QR code   h help   Ctrl-C stops`;

describe('the screen', () => {
  it('is there at once, saying that it connects', () => {
    expect(new Show().text).toMatch(/ {10}not published yet|not published yet → http:\/\/localhost:3000/);
    expect(new Show().text).toContain('● connecting · gw.example.com:443');
  });

  it('redraws its header in place', () => {
    expect(online().text).toBe(HEADER);
  });

  it('writes nothing while nothing changes', () => {
    const show = online();
    const { writes } = show.pen;
    show.clock.advance(600_000);
    expect(show.pen.writes).toBe(writes);
  });

  it('lets requests scroll above the header', () => {
    const show = online();
    show.tell(request({ path: '/a' }), request({ path: '/b', status: 404 }));
    show.clock.advance(100);
    expect(show.text).toMatch(
      /^200 {2}GET {5}\/a .*10 B\n404 {2}GET {5}\/b .*10 B\n\n URL .*\n status .*\n traffic {2}2 requests · 2\.0\/s/,
    );
  });

  it('draws ten frames a second at most under a flood, shows a few lines and counts the rest', () => {
    const show = online();
    const { writes } = show.pen;
    for (let tick = 0; tick < 1_000; tick++) {
      for (let n = 0; n < 50; n++) show.tell(request());
      show.clock.advance(10);
    }
    expect(show.pen.writes - writes).toBeLessThanOrEqual(101);
    show.clock.advance(1_000);
    const lines = show.text.split('\n');
    const shown = lines.filter((line) => line.startsWith('200')).length;
    const counted = [...show.text.matchAll(/^… (\d+) more requests?$/gm)].map(([, count]) => Number(count));
    expect(shown).toBeLessThanOrEqual(121);
    expect(counted.length).toBeLessThanOrEqual(11);
    expect(shown + counted.reduce((sum, count) => sum + count)).toBe(50_000);
    expect(show.text).toMatch(/ traffic {2}50000 requests · \d+\/s/);
  });

  it('draws nothing while the terminal is busy, and keeps a bounded number of lines for it', () => {
    const show = online();
    const { writes } = show.pen;
    show.pen.idle = false;
    for (let n = 0; n < 5_000; n++) show.screen.say(`line ${n}`);
    show.clock.advance(5_000);
    expect(show.pen.writes).toBe(writes);
    show.pen.idle = true;
    show.clock.advance(1_000);
    expect(show.text.match(/^line /gm)).toHaveLength(1_000);
    expect(show.text).toMatch(/^line 4000\n/);
  });

  it('touches nothing in the background, and is all there in the foreground again', () => {
    const show = new Show();
    show.foreground = false;
    show.stage.suspend(() => {});
    show.stage.resume();
    const { writes } = show.pen;
    show.tell(CONNECTED, EXPOSED);
    show.screen.say('meanwhile');
    show.clock.advance(5_000);
    expect([show.pen.writes, show.input.raw]).toEqual([writes, false]);
    show.foreground = true;
    show.clock.advance(1_100);
    expect(show.text).toBe(`meanwhile\n${HEADER}`);
    expect(show.input.raw).toBe(true);
  });
});

describe('a result on the same terminal', () => {
  it('finds its place above the header', () => {
    const show = online();
    show.stage.result(() => show.pen.grid.write(`${URL}\r\n`));
    show.clock.advance(100);
    expect(show.text).toBe(`${URL}\n${HEADER}`);
  });

  it('has no place among the lines when stdout is elsewhere: the URL is told as a line', () => {
    const show = online(false);
    const { writes } = show.pen;
    let written = '';
    show.stage.result(() => {
      written = URL;
    });
    expect([written, show.pen.writes]).toEqual([URL, writes]);
    expect(show.text).toBe(`${URL} → http://localhost:3000\n${HEADER}`);
  });
});

describe('an outage', () => {
  it('is told once for each reason, counts down in the header, and is told to be over', () => {
    const show = online();
    for (let n = 0; n < 20; n++) show.tell(LOST, { type: 'retrying', inMs: 4_000 }, { type: 'connecting' });
    show.tell(LOST, { type: 'retrying', inMs: 4_000 });
    show.clock.advance(100);
    expect(show.text.match(/^TK-4001 .*ECONNREFUSED$/gm)).toHaveLength(1);
    expect(show.text).toContain(' status   ● reconnecting in 4 s');
    show.clock.advance(2_000);
    expect(show.text).toContain(' status   ● reconnecting in 2 s');
    show.tell({ type: 'connecting' }, CONNECTED);
    show.clock.advance(100);
    expect(show.text).toMatch(/^TK-4001.*\nconnected over tls\n\n URL/);
    expect(show.text).toContain('● online');
  });

  it('of the service names what to start, until it answers', () => {
    const show = online();
    show.screen.down(SPEC, 'TK-2001');
    show.clock.advance(100);
    expect(show.text).toContain(' service  http://localhost:3000 does not answer: start it, and traffic flows');
    show.tell(request());
    show.clock.advance(100);
    expect(show.text).not.toContain(' service ');
    show.tell(request({ status: undefined, cause: 'refused' }));
    show.clock.advance(100);
    expect(show.text).toContain(' service ');
  });

  it('of a service that was not up is over when it is', () => {
    const show = online();
    show.screen.down(SPEC, 'TK-2001');
    show.clock.advance(100);
    show.screen.up(SPEC);
    show.clock.advance(100);
    expect(show.text).toMatch(/does not answer yet \(TK-2001\)[\s\S]*\nhttp:\/\/localhost:3000 answers\.\n/);
    expect(show.text).not.toContain(' service ');
  });

  it('is told also where nothing below a warning is, and between words', () => {
    const show = online();
    show.chatty = false;
    show.size = { columns: 40, rows: 24 };
    show.tell(request(), { type: 'lost', code: 'TK-4001', cause: 'tls: 192.0.2.1:443 refused the connection.' });
    show.clock.advance(100);
    expect(show.text.split('\n').slice(0, 3)).toEqual([
      'TK-4001 The gateway cannot be reached.',
      '  tls: 192.0.2.1:443 refused the',
      '  connection.',
    ]);
  });

  it('of a host name the service refuses names --host-header rewrite', () => {
    const show = online();
    show.tell(request({ status: 403 }));
    show.clock.advance(100);
    expect(show.text).toContain('run with --host-header rewrite');
  });

  it('with a fallback says why the other transport is taken, once', () => {
    const show = online();
    for (let n = 0; n < 3; n++) show.screen.chose({ chosen: 'ws', why: 'tls: no answer.' });
    show.clock.advance(100);
    expect(show.text.match(/going over a WebSocket: tls: no answer\./g)).toHaveLength(1);
  });
});

describe('the end', () => {
  it('says at once what it is finishing, then leaves the lines and a summary, and no header', async () => {
    const show = online();
    show.tell(request({ path: '/a' }), request({ path: '/b', status: 502 }));
    show.clock.advance(64_000);
    show.screen.stopping();
    expect(show.text).toContain(' status   ● stopping · saying goodbye · Ctrl-C forces');
    show.screen.stopped();
    await show.screen.close();
    expect(show.text).toMatch(/^200 .*\/a .*\n502 .*\/b .*\nstopped after 1 min 4 s, 2 requests, 20 B sent, 1 failed$/);
    expect(show.input.raw).toBe(false);
  });

  it('by force gives the terminal back as well', () => {
    const show = online();
    show.stage.closeNow();
    expect([show.text, show.input.raw]).toEqual(['', false]);
  });
});

describe('suspension', () => {
  it('takes the header away before the process stops, and draws it again afterwards', () => {
    const show = online();
    let stopped = '';
    show.stage.suspend(() => {
      stopped = `text "${show.text}", raw ${show.input.raw}`;
    });
    expect(stopped).toBe('text "", raw false');
    show.stage.resume();
    show.clock.advance(100);
    expect([show.text.trimStart(), show.input.raw]).toEqual([HEADER.trimStart(), true]);
  });
});

it('hears keys while it is there', async () => {
  const show = online();
  show.input.type('c');
  await show.screen.close();
  show.input.type('o');
  expect(show.pressed).toEqual(['c']);
});
