#include "CZlib.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

int piopiy_unpack(const unsigned char *input, size_t length, int is_raw, unsigned char *output, size_t capacity,
                  size_t *written) {
    *written = 0;
    if (length > UINT_MAX || capacity > UINT_MAX - 1) return PIOPIY_UNPACKED_BROKEN;
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    // 32 has zlib tell gzip and zlib apart by their headers.
    if (inflateInit2(&stream, is_raw ? -MAX_WBITS : MAX_WBITS + 32) != Z_OK) return PIOPIY_UNPACKED_BROKEN;
    stream.next_in = (unsigned char *)input;
    stream.avail_in = (uInt)length;
    int result = PIOPIY_UNPACKED_BROKEN;
    for (;;) {
        // One byte more than fits shows that there is more.
        unsigned char beyond;
        size_t room = capacity - *written;
        stream.next_out = room > 0 ? output + *written : &beyond;
        stream.avail_out = room > 0 ? (uInt)room : 1;
        uInt before = stream.avail_out;
        int status = inflate(&stream, Z_NO_FLUSH);
        uInt count = before - stream.avail_out;
        if (room == 0 && count > 0) {
            result = PIOPIY_UNPACKED_TOO_LONG;
            break;
        }
        *written += count;
        if (status == Z_STREAM_END) {
            if (stream.avail_in == 0) {
                result = PIOPIY_UNPACKED_WHOLE;
                break;
            }
            // Another member of a gzip file.
            if (is_raw || inflateReset(&stream) != Z_OK) break;
        } else if (status != Z_OK) {
            break;
        }
    }
    inflateEnd(&stream);
    return result;
}
