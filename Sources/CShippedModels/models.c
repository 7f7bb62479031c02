// The table of shipped models. #embed (C23) resolves a quoted name like #include does: relative to this file. All
// files of a folder are demanded: one that is only looked for (__has_embed) is no dependency of the build while it is
// missing, and would stay out of the binary when it appears.
#include "CShippedModels.h"

#define FILE_OF(array) {array, sizeof array}

// Models/sines: the default of `synth generate`.
static const unsigned char sines_config[] = {
#embed "../../Models/sines/config.json"
};
static const unsigned char sines_weights[] = {
#embed "../../Models/sines/model.safetensors"
};
static const unsigned char sines_card[] = {
#embed "../../Models/sines/README.md"
};
static const unsigned char sines_defaults[] = {
#embed "../../Models/sines/generation_config.json"
};

// Models/recorder: follows what it is told.
static const unsigned char recorder_config[] = {
#embed "../../Models/recorder/config.json"
};
static const unsigned char recorder_weights[] = {
#embed "../../Models/recorder/model.safetensors"
};
static const unsigned char recorder_card[] = {
#embed "../../Models/recorder/README.md"
};
static const unsigned char recorder_defaults[] = {
#embed "../../Models/recorder/generation_config.json"
};
static const unsigned char recorder_gestures[] = {
#embed "../../Models/recorder/gestures.safetensors"
};

static const shipped_model models[] = {
    {"sines", FILE_OF(sines_config), FILE_OF(sines_weights), FILE_OF(sines_defaults), FILE_OF(sines_card)},
    {"recorder", FILE_OF(recorder_config), FILE_OF(recorder_weights), FILE_OF(recorder_defaults),
     FILE_OF(recorder_card), FILE_OF(recorder_gestures)},
};

const size_t shipped_model_count = sizeof models / sizeof *models;

const shipped_model *shipped_model_at(size_t index) { return index < shipped_model_count ? &models[index] : NULL; }
