import type { Overload } from './overload.ts';
import type { Vitals } from './vitals.ts';

/** Nothing is short. */
export const CALM: Overload = { memory: 'enough', late: false };

/** Figures that a test sets; `afterwards`: what stays when what nobody holds is given back. */
export class SetVitals implements Vitals {
  readonly limitBytes = 1_000;
  full = 10;
  lateMs = 0;
  afterwards: number | undefined;
  givenBack = 0;
  looks = 0;

  usedBytes(): number {
    return this.full * 10;
  }

  percent(): number {
    this.looks += 1;
    return this.full;
  }

  giveBack(): void {
    this.givenBack += 1;
    this.full = this.afterwards ?? this.full;
  }

  turnLateMs(): number {
    return this.lateMs;
  }
}
