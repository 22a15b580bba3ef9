// What the files of this target know of each other.
#ifndef TERMINAL_H
#define TERMINAL_H

/// The descriptor that ncurses writes to, or -1.
extern int terminal_screen_descriptor;

/// The descriptor that frames are written to, or -1. It never blocks.
extern int terminal_writer;

#endif
