// SPDX-License-Identifier: MIT
/* What lies in the place of libfovea-torch.so: of another build, or of one before builds had names */

#ifdef FOVEA_NAMES_ITSELF
extern "C" const char *fovea_torch_build()
{
    return "0.0.0-other";
}
#endif

extern "C" const void *fovea_torch_functions()
{
    __builtin_trap(); // it may take and give something else
}
