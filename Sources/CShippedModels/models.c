// The table of shipped models. #embed (C23) resolves a quoted name like #include does: relative to this file.
#include "CShippedModels.h"

#define FILE_OF(array) {array, sizeof array}
#define NO_FILE {NULL, 0}

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
#if __has_embed("../../Models/sines/generation_config.json")
static const unsigned char sines_defaults[] = {
#embed "../../Models/sines/generation_config.json"
};
#define SINES_DEFAULTS FILE_OF(sines_defaults)
#else
#define SINES_DEFAULTS NO_FILE
#endif

static const shipped_model models[] = {
    {"sines", FILE_OF(sines_config), FILE_OF(sines_weights), SINES_DEFAULTS, FILE_OF(sines_card)},
};

const size_t shipped_model_count = sizeof models / sizeof *models;

const shipped_model *shipped_model_at(size_t index) { return index < shipped_model_count ? &models[index] : NULL; }
