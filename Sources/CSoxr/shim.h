// libsoxr as its header has it. Imported by AudioIO alone.
#pragma once
#include <soxr.h>
