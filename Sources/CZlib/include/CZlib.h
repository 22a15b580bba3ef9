#ifndef PIOPIY_CZLIB_H
#define PIOPIY_CZLIB_H

#include <stddef.h>

// What became of unpacking.
enum piopiy_unpacked {
    // All of the input was unpacked.
    PIOPIY_UNPACKED_WHOLE = 0,
    // There is more output than fits.
    PIOPIY_UNPACKED_TOO_LONG = 1,
    // The input is not in the format, is cut off, or fails its checksum.
    PIOPIY_UNPACKED_BROKEN = 2,
};

// Unpacks gzip (one member or several) or zlib data, or deflate data without a header when `is_raw` is not 0.
// Writes at most `capacity` bytes, and how many there are to `written`.
int piopiy_unpack(const unsigned char *input, size_t length, int is_raw, unsigned char *output, size_t capacity,
                  size_t *written);

#endif
