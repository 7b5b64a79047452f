// Clock: wall time for records, monotonic time for durations. Milliseconds.
#pragma once

#include <stdint.h>

int64_t clock_wall_ms(void);      // Unix time
int64_t clock_monotonic_ms(void); // from an arbitrary start, never goes back
