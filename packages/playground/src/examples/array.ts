// A weight-stationary array of RF8 elements, two by two.
import { systolic } from "rf8";

export default systolic({ rows: 2, columns: 2 });
