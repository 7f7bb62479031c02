#include "CShippedModels.h"
