// A dot product of four RF8 weights and four activations, added in a tree.
import { dot } from "rf8";

export default dot({ lanes: 4 });
