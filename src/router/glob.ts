/**
 * Matches a whole name against a glob: `*` stands for any run of characters (also none), `?` for exactly one.
 * Only the last `*` is ever revisited, so time is at most pattern × name, whatever a token's owner wrote in the pattern.
 */
export function globMatch(pattern: string, name: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let n = 0; n < name.length; ) {
    if (pattern[p] === '*') {
      star = p;
      p += 1;
      resume = n;
    } else if (pattern[p] === '?' || pattern[p] === name[n]) {
      p += 1;
      n += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += 1;
      n = resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
