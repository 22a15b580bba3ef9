/// ncursesw for Swift, and what must be C: the signal handlers, and the one that gives the terminal back after a crash.
#ifndef CNCURSES_H
#define CNCURSES_H

// Both before the include, or the wide functions aren't declared.
#ifndef _XOPEN_SOURCE_EXTENDED
#define _XOPEN_SOURCE_EXTENDED 1
#endif
#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif

#include <curses.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

// MARK: What Swift can't import of ncurses

// Attributes are casts in macros, which Swift doesn't see.
static const uint32_t terminal_bold = (uint32_t)A_BOLD;
static const uint32_t terminal_dim = (uint32_t)A_DIM;
static const uint32_t terminal_italic = (uint32_t)A_ITALIC;
static const uint32_t terminal_underline = (uint32_t)A_UNDERLINE;
static const uint32_t terminal_reverse = (uint32_t)A_REVERSE;

// Globals are shared mutable state to Swift. These are read on the session's thread only.
static inline WINDOW *terminal_stdscr(void) { return stdscr; }
static inline WINDOW *terminal_curscr(void) { return curscr; }
static inline int terminal_colors(void) { return COLORS; }

/// Makes a cell of at most five scalars, the first of them the base. The pair may be beyond what a `short` holds.
void terminal_set_cell(cchar_t *cell, const uint32_t *scalars, int count, uint32_t attributes, int pair);

/// The columns that ncurses will count for a scalar: libc's `wcwidth` in the locale that is set.
int terminal_libc_width(uint32_t scalar);

/// The scalar that a byte stands for in the locale that is set, or -1; for charsets of one byte a character.
int32_t terminal_scalar_of_byte(uint8_t byte);

/// Whether the charset of the locale that is set is UTF-8.
bool terminal_locale_is_utf8(void);

/// Whether the charset of the locale that is set is plain ASCII, as in the C locale.
bool terminal_locale_is_ascii(void);

// MARK: Opening and closing the screen

/// What terminfo says of a terminal type.
typedef enum {
    TERMINAL_TYPE_FITS,
    TERMINAL_TYPE_UNKNOWN,
    TERMINAL_TYPE_DUMB,
    TERMINAL_TYPE_NO_DATABASE,
} terminal_type_status;

/// Looks a terminal type up without touching the terminal. `newterm` alone can't say why it failed.
terminal_type_status terminal_check_type(const char *name, int descriptor);

/// Whether terminfo has the type and its colours are set by red, green and blue.
bool terminal_type_is_direct(const char *name, int descriptor);

/// `newterm` on a duplicate of `descriptor` for output and on the process' standard input. `NULL` when it fails.
///
/// At first the screen has the size that the terminal says up to `width` and `height`, or else terminfo, or else 80x24.
SCREEN *terminal_open_screen(const char *name, int descriptor, int width, int height);

/// Frees what `terminal_open_screen` made.
void terminal_close_screen(SCREEN *screen);

/// A string capability by its terminfo name, or `NULL`.
const char *terminal_capability(const char *name);

/// Writes all bytes to a descriptor, going on after interruptions. Returns whether all were written.
bool terminal_write(int descriptor, const char *bytes, size_t count);

// MARK: Frames without waiting

/// Opens a way to write to the terminal behind `descriptor` that never waits, and a place to catch what ncurses writes.
/// False when there is none; ncurses then writes by itself.
bool terminal_open_writer(int descriptor);

/// Closes what `terminal_open_writer` opened.
void terminal_close_writer(void);

/// From now on, what ncurses writes is kept. False when it goes to the terminal as before. In between nothing may be called
/// that sets the terminal's modes.
bool terminal_begin_catching(void);

/// Points ncurses at `descriptor` again. `bytes` is set to what was caught, which stays until the next time.
size_t terminal_end_catching(int descriptor, const char **bytes);

/// Writes as much as the terminal takes now, which may be nothing. -1 when it is gone.
ptrdiff_t terminal_write_some(const char *bytes, size_t count);

/// Gives up a terminal that takes no output: what gives it back is written as far as it can be, its modes are set, and
/// whatever ncurses writes from now on goes nowhere.
void terminal_leave_unread(void);

/// Has ncurses write to `descriptor` again after `terminal_leave_unread`.
void terminal_reconnect_screen(int descriptor);

/// The size of the terminal behind a descriptor; false when it doesn't know.
bool terminal_window_size(int descriptor, int *width, int *height);

// MARK: Signals

/// What has happened since it was last asked for: bits, so that no flood of one hides another.
static const uint32_t terminal_woken = 1 << 0;
static const uint32_t terminal_resized = 1 << 1;
static const uint32_t terminal_stop_asked = 1 << 2;
static const uint32_t terminal_continued = 1 << 3;
static const uint32_t terminal_sigterm = 1 << 4;
static const uint32_t terminal_sighup = 1 << 5;
static const uint32_t terminal_sigint = 1 << 6;
static const uint32_t terminal_sigquit = 1 << 7;
/// All that tell the process to end.
static const uint32_t terminal_endings = 0xF0;

/// Claims the process' one screen. False when it's taken.
bool terminal_claim(void);

/// Gives the claim up.
void terminal_unclaim(void);

/// The descriptor that becomes readable when something happened; -1 with `errno` when it couldn't be made.
///
/// The pipe is made once and stays for the life of the process. A waker that outlives its session then writes a byte
/// that nobody reads; were the pipe closed, it could write into whatever got its number next.
int terminal_event_descriptor(void);

/// Notes `terminal_woken`. From any thread and from signal handlers.
void terminal_wake(void);

/// Takes what happened, and the bytes that announced it.
uint32_t terminal_take_events(void);

/// What happened, without taking it.
uint32_t terminal_peek_events(void);

/// Takes one kind of event and leaves the others. Returns whether it had happened.
bool terminal_take_event(uint32_t event);

/// Installs the handlers. A signal that is ignored stays ignored, as `nohup` asks.
void terminal_watch_signals(void);

/// Restores what was there before `terminal_watch_signals`.
void terminal_unwatch_signals(void);

/// Stops the process group as Ctrl-Z would, and returns when it goes on. False when stop signals are ignored.
bool terminal_stop(int signal_number);

/// Lets this thread write on the terminal and set its modes from the background without being stopped for it. Returns
/// whether it was otherwise before, and so whether `terminal_release_stops` is due.
bool terminal_hold_stops(void);

/// Ends what `terminal_hold_stops` began.
void terminal_release_stops(void);

/// Ends the process by the signal's default action.
_Noreturn void terminal_reraise(int signal_number);

/// Whether the process is in the terminal's foreground; -1 when the terminal is gone. A terminal that isn't the one that
/// controls the process, as after `setsid`, has no foreground that we could lose: 1.
int terminal_is_foreground(int descriptor);

// MARK: Crashes

/// Has SIGQUIT, and a signal of a crash that another process sent, end this process as they do by default. Swift's
/// runtime prints "crashed" for them and lets the process go on. A real crash is traced as before; a signal that is
/// ignored stays so. To be called once, before `terminal_install_crash_guard`.
void terminal_heed_sent_signals(void);

/// Installs the crash handlers, which do nothing but pass the signal on until `terminal_arm_crash_guard`.
void terminal_install_crash_guard(void);

/// Restores what was there before `terminal_install_crash_guard`.
void terminal_remove_crash_guard(void);

/// Saves what gives the terminal back as it is now; to be called with the screen open, the terminal modes of the shell
/// in `descriptor`'s `terminal_save_modes`. `name` begins the line that is printed; `modes` switches off what ncurses
/// knows nothing of.
void terminal_prepare_crash_guard(const char *name, const char *modes);

/// Saves the terminal's modes as they are to be given back.
bool terminal_save_modes(int descriptor);

/// From now on a crash gives the terminal back. `standard_error` is a duplicate of descriptor 2 as it was, or -1.
void terminal_arm_crash_guard(int standard_error);

/// From now on a crash leaves the terminal alone.
void terminal_disarm_crash_guard(void);

#endif
