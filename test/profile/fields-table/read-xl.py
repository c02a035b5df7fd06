"""Reads files as xl does and prints what its library objects to. Arguments: the library, then the files."""

import ctypes
import sys

library = ctypes.CDLL(sys.argv[1])
stderr = ctypes.c_void_p.in_dll(ctypes.CDLL(None), "stderr")
library.xlu_cfg_init.restype = ctypes.c_void_p
library.xlu_cfg_init.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
library.xlu_cfg_readfile.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
library.xlu_cfg_destroy.argtypes = [ctypes.c_void_p]
for path in sys.argv[2:]:
    config = library.xlu_cfg_init(stderr, path.encode())
    if library.xlu_cfg_readfile(config, path.encode()) != 0:
        print(path)
    library.xlu_cfg_destroy(config)
