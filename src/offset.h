// File offsets cross the border as f64, which is exact to 2⁵³.

#ifndef SHIM_OFFSET_H
#define SHIM_OFFSET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/** The offset as the kernel wants it; false if it is not a whole number from 0 to 2⁵³. */
static inline bool shim_offset(double offset, off_t *position) {
  if (!(offset >= 0 && offset <= 0x1p53)) { // NaN fails both
    return false;
  }
  *position = (off_t)offset;
  return (double)*position == offset;
}

#endif
