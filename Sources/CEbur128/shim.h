// libebur128 as its header has it. Imported by Listening alone.
#pragma once
#include <ebur128.h>
