// For wcwidth, which is X/Open's and no part of C.
#define _GNU_SOURCE 1

#include "CNcurses.h"
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

int terminal_screen_descriptor = -1;

// The stream that ncurses writes to. One of our own, so that the crash handler can turn it off and stdout stays as it is.
static FILE *screen_output;

void terminal_set_cell(cchar_t *cell, const uint32_t *scalars, int count, uint32_t attributes, int pair) {
    wchar_t text[CCHARW_MAX + 1];
    int length = 0;
    while (length < count && length < CCHARW_MAX) {
        text[length] = (wchar_t)scalars[length];
        length += 1;
    }
    text[length] = L'\0';
    // The short is for those who know no extended pairs; where the last argument is given it is what counts.
    if (setcchar(cell, text, (attr_t)attributes, (short)(pair > 32767 ? 32767 : pair), &pair) == ERR) {
        setcchar(cell, L"?", (attr_t)attributes, (short)(pair > 32767 ? 32767 : pair), &pair);
    }
}

int terminal_libc_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

int32_t terminal_scalar_of_byte(uint8_t byte) {
    wint_t scalar = btowc(byte);
    return scalar == WEOF ? -1 : (int32_t)scalar;
}

bool terminal_locale_is_utf8(void) {
    const char *codeset = nl_langinfo(CODESET);
    return strcmp(codeset, "UTF-8") == 0 || strcmp(codeset, "utf8") == 0;
}

bool terminal_locale_is_ascii(void) {
    const char *codeset = nl_langinfo(CODESET);
    return codeset[0] == '\0' || strcmp(codeset, "ANSI_X3.4-1968") == 0 || strcmp(codeset, "US-ASCII") == 0;
}

static void forget_type(void) {
    if (cur_term != NULL) {
        del_curterm(cur_term);
    }
}

terminal_type_status terminal_check_type(const char *name, int descriptor) {
    int result = 0;
    if (setupterm((char *)name, descriptor, &result) == OK) {
        bool fits = cursor_address != NULL;
        forget_type();
        return fits ? TERMINAL_TYPE_FITS : TERMINAL_TYPE_DUMB;
    }
    // 1 is a hardcopy terminal. 0 is both a missing entry and a generic one, such as "dumb" and "unknown": those
    // are in the database without being able to address the cursor.
    if (result == 1 || (result == 0 && strcmp(name, "dumb") == 0)) {
        return TERMINAL_TYPE_DUMB;
    }
    return result == 0 ? TERMINAL_TYPE_UNKNOWN : TERMINAL_TYPE_NO_DATABASE;
}

bool terminal_type_is_direct(const char *name, int descriptor) {
    int result = 0;
    if (setupterm((char *)name, descriptor, &result) != OK) {
        return false;
    }
    bool direct = tigetflag("RGB") > 0 && cursor_address != NULL;
    forget_type();
    return direct;
}

// Whether terminfo has a size for this type. That of the Linux console, among others, has none.
static bool type_has_size(const char *name, int descriptor) {
    int result = 0;
    if (setupterm((char *)name, descriptor, &result) != OK) {
        return false;
    }
    bool has_size = lines > 0 && columns > 0;
    forget_type();
    return has_size;
}

// A variable of the environment while ncurses looks at it, and what it was.
typedef struct {
    const char *name;
    char *former;
    bool is_set;
} lent_variable;

static lent_variable lend_variable(const char *name, const char *value) {
    const char *former = getenv(name);
    lent_variable lent = {.name = name, .former = former == NULL ? NULL : strdup(former)};
    // Without memory for what it was it stays.
    lent.is_set = (former == NULL) == (lent.former == NULL) && setenv(name, value, 1) == 0;
    return lent;
}

static void put_variable_back(lent_variable lent) {
    if (lent.is_set && lent.former == NULL) {
        unsetenv(lent.name);
    } else if (lent.is_set) {
        setenv(lent.name, lent.former, 1);
    }
    free(lent.former);
}

// newterm with the size of the terminal if it is within the bounds: what is sent at the start, such as the rows that scroll,
// goes by it. Else with terminfo's, or where that has none, without which newterm fails, with the usual one.
static SCREEN *open_within(const char *name, FILE *output, int descriptor, int width, int height) {
    int columns_now = 0, lines_now = 0;
    SCREEN *screen;
    use_tioctl(false);
    use_env(false);
    if (terminal_window_size(descriptor, &columns_now, &lines_now) && columns_now <= width && lines_now <= height) {
        use_tioctl(true);
        screen = newterm((char *)name, output, stdin);
    } else if (type_has_size(name, descriptor)) {
        screen = newterm((char *)name, output, stdin);
    } else {
        lent_variable rows = lend_variable("LINES", "24");
        lent_variable row = lend_variable("COLUMNS", "80");
        use_env(true);
        screen = rows.is_set && row.is_set ? newterm((char *)name, output, stdin) : NULL;
        put_variable_back(row);
        put_variable_back(rows);
    }
    use_tioctl(false);
    use_env(false);
    return screen;
}

SCREEN *terminal_open_screen(const char *name, int descriptor, int width, int height) {
    int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    if (copy < 0) {
        return NULL;
    }
    screen_output = fdopen(copy, "w");
    if (screen_output == NULL) {
        close(copy);
        return NULL;
    }
    // The size is what the terminal says within our bounds. LINES and COLUMNS are left
    // over from another terminal or too large to be had, and so may be what the terminal says.
    SCREEN *screen = open_within(name, screen_output, copy, width, height);
    if (screen == NULL) {
        fclose(screen_output);
        screen_output = NULL;
        return NULL;
    }
    terminal_screen_descriptor = copy;
    return screen;
}

void terminal_close_screen(SCREEN *screen) {
    delscreen(screen);
    terminal_screen_descriptor = -1;
    if (screen_output != NULL) {
        fclose(screen_output);
        screen_output = NULL;
    }
}

const char *terminal_capability(const char *name) {
    char *value = tigetstr((char *)name);
    return value == (char *)-1 ? NULL : value;
}

bool terminal_write(int descriptor, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(descriptor, bytes, count);
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        } else if (written < 0 && errno == EAGAIN) {
            // Whoever shares the terminal may have made it non-blocking.
            struct pollfd wait = {.fd = descriptor, .events = POLLOUT};
            (void)poll(&wait, 1, 1000);
        } else if (!(written < 0 && errno == EINTR)) {
            return false;
        }
    }
    return true;
}

bool terminal_window_size(int descriptor, int *width, int *height) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
        return false;
    }
    *width = size.ws_col;
    *height = size.ws_row;
    return true;
}
