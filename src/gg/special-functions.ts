import { cephes } from "#host/src/gg/cephes";

export const { lgam, igam, igamc, igami, erf } = cephes;
