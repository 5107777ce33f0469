/** A library of four cells with what Liberty files have: comments, continued lines, missing semicolons. */
export const small = `/* comment { */
library (small) {
  delay_model : table_lookup;
  time_unit : "10ps";
  capacitive_load_unit (100, ff);
  default_operating_conditions : typical
  operating_conditions (typical) { process : 1; voltage : 1.8; temperature : 25; }
  lu_table_template (plain) {
    variable_1 : input_net_transition;
    variable_2 : total_output_net_capacitance;
    index_1 ("0, 9"); index_2 ("0, 9");
  }
  lu_table_template ("turned") {
    variable_1 : total_output_net_capacitance;
    variable_2 : input_net_transition;
    index_1 ("0, 2"); index_2 ("0, 1");
  }
  cell (INV) {
    area : 2;
    pin (A) { direction : input; rise_capacitance : 0.02; capacitance : 0.03; }
    pin (Y) {
      direction : output; function : "!A"; max_capacitance : 0.5;
      timing () {
        related_pin : "A"; timing_sense : negative_unate;
        cell_rise (plain) { index_1 ("0, 1"); index_2 ("0, 2"); values ("1, 3", \\
          "2, 4"); }
        cell_fall (plain) { index_1 ("0, 1"); index_2 ("0, 2"); values ("2, 4", "3, 5"); }
        rise_transition (plain) { index_1 ("0, 1"); index_2 ("0, 2"); values ("1, 2", "1, 2"); }
        fall_transition (plain) { index_1 ("0, 1"); index_2 ("0, 2"); values ("2, 3", "2, 3"); }
      }
    }
  }
  cell (NAND2) {
    area : 4;
    pin (A, B) { direction : input; capacitance : 0.1; }
    pin (Y) {
      direction : output; function : "(A B)'";
      timing () {
        related_pin : "A B"; timing_sense : negative_unate;
        cell_rise ("turned") { values ("1, 2, 3, 4"); }
        cell_fall ("turned") { values ("1, 2, 3, 4"); }
        rise_transition ("turned") { values ("0, 3, 0, 3"); }
        fall_transition ("turned") { values ("0, 3, 0, 3"); }
      }
    }
  }
  cell (DFF) {
    area : 20;
    ff (IQ, IQN) { clocked_on : "CK"; next_state : "D"; }
    pin (CK) { direction : input; capacitance : 0.1; clock : true; }
    pin (D) {
      direction : input; capacitance : 0.1;
      timing () {
        related_pin : "CK"; timing_type : setup_rising;
        rise_constraint (scalar) { values ("4"); }
        fall_constraint (scalar) { values ("6"); }
      }
    }
    pin (Q) {
      direction : output; function : "IQ";
      timing () {
        related_pin : "CK"; timing_type : rising_edge; timing_sense : non_unate;
        cell_rise (scalar) { values ("10"); } cell_fall (scalar) { values ("12"); }
        rise_transition (scalar) { values ("0.5"); } fall_transition (scalar) { values ("0.25"); }
      }
    }
  }
  cell (ISO) { area : 1; is_isolation_cell : true; pin (A) { direction : input; } }
}
`;

/** The small library with further cells. */
export const withCell = (text: string): string => small.replace(/\}\s*$/, `${text}\n}\n`);
