/**
 * Is told of what somebody threw who must not throw: a defect of this program (TK-9001). Whoever tells has ended what it concerned,
 * one connection at most. Tests that look for no defect throw it on.
 */
export type Defect = (error: unknown) => void;

export const throwOn: Defect = (error) => {
  throw error;
};
