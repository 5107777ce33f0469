/** A Makefile that runs a testbench in Icarus and in Verilator. */
export const makefile = (
  bench: string,
  sources: readonly string[],
): string => `# The testbench in Icarus and in Verilator; either alone: make icarus, make verilator.
SOURCES = ${sources.join(" ")} ${bench}.v

all: icarus verilator

icarus: $(SOURCES)
	iverilog -g2005 -s ${bench} -o ${bench}.vvp $(SOURCES)
	vvp -n ${bench}.vvp

verilator: $(SOURCES)
	verilator --binary --timing --top-module ${bench} --Mdir verilator $(SOURCES)
	./verilator/V${bench}

clean:
	rm -rf ${bench}.vvp verilator

.PHONY: all icarus verilator clean
`;
