/**
 * Names of streams: generation (15 bits) · slot (16 bits) · opener (1 bit). Each end numbers the slots of the streams it opens.
 * A slot is used again under the next generation once its stream is over on both ends, so that a late frame of the
 * old stream can be told from the new one's. Knows nothing of streams' states.
 */

/** Slots of one opener. */
export const SLOTS = 65_536;
/** Generations count from 1, so that no stream is ever called 0: that number stands for the session. */
export const GENERATION_FIRST = 1;
export const GENERATION_LAST = 32_767;

export const OPENER = { agent: 0, gateway: 1 } as const;
export type Opener = (typeof OPENER)[keyof typeof OPENER];

/** An unsigned 32-bit id. `generation` 1..32767, `slot` 0..65535. */
export function streamId(generation: number, slot: number, opener: Opener): number {
  return ((generation << 17) | (slot << 1) | opener) >>> 0;
}

export function generationOf(id: number): number {
  return id >>> 17;
}

export function slotOf(id: number): number {
  return (id >>> 1) & 0xffff;
}

export function openerOf(id: number): Opener {
  return (id & 1) as Opener;
}

/** Wraps: by the time 32,767 streams have used one slot, nothing of the first can be on its way any more. */
export function nextGeneration(generation: number): number {
  return generation === GENERATION_LAST ? GENERATION_FIRST : generation + 1;
}
