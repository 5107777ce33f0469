// A dot product of four RF8 weights and activations.
// Their products are added in a tree.
import { dot } from "rf8";

export default dot({ lanes: 4 });
