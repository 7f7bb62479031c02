// ALSA, and what Swift cannot call of it: its error handler has variable arguments. Imported by AudioIO alone.
#pragma once
#include <alsa/asoundlib.h>

// alsa-lib prints pages on stderr when there is no sound card. Its error handler is variadic, which Swift cannot
// provide: this one says nothing, and the returned error number is turned into one line instead.
__attribute__((unused)) static void synth_alsa_say_nothing(
    const char *file, int line, const char *function, int error, const char *format, ...) {
  (void)file, (void)line, (void)function, (void)error, (void)format;
}

static inline void synth_alsa_silence(void) { snd_lib_error_set_handler(synth_alsa_say_nothing); }
