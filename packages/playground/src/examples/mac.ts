// The RF8 multiply-accumulate unit.
// A weight is a code of 8 bits, one or two powers of two.
import { mac } from "rf8";

export default mac({ activation: "int8", pipeline: 1 });
