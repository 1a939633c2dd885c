import { describe, expect, it } from 'vitest';
import { Challenges } from './challenges.ts';

const TOKEN = 'LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0';

describe('open challenges', () => {
  it('are answered while they are open', () => {
    const challenges = new Challenges();
    expect(challenges.answer(TOKEN)).toBeUndefined();
    expect(challenges.open(TOKEN, `${TOKEN}.thumbprint`)).toBe(true);
    expect(challenges.answer(TOKEN)).toBe(`${TOKEN}.thumbprint`);
    challenges.close(TOKEN);
    expect(challenges.answer(TOKEN)).toBeUndefined();
  });

  it.each(['', 'short', `${TOKEN}/../x`, `${TOKEN}?`, `${TOKEN}\n`, 'a'.repeat(257), '__proto__'])(
    'are none under "%s", which is no token',
    (token) => {
      const challenges = new Challenges();
      expect(challenges.open(token, 'x')).toBe(false);
      expect(challenges.answer(token)).toBeUndefined();
    },
  );
});
