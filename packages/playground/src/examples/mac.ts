// The RF8 multiply-accumulate unit: what it multiplies are codes of 8 bits.
import { mac } from "rf8";

export default mac({ activation: "int8", pipeline: 1 });
