/** Encodes the elements start..end of an array, all under one bias. */
export type EncodeRun = (start: number, end: number, bias: number) => void;
