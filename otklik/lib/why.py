"""Why the system refused a file, in words for whoever gave the command: its own are in its language. Pure."""

import errno

WORDS = {
    errno.ENOENT: "нет такого файла или папки",
    errno.EACCES: "нет прав",
    errno.EPERM: "нет прав",
    errno.EISDIR: "это папка, а не файл",
    errno.ENOTDIR: "в пути к нему стоит файл, а не папка",
    errno.EEXIST: "такой файл уже есть",
    errno.ENOSPC: "на диске нет места",
    errno.EROFS: "диск только для чтения",
    errno.ENAMETOOLONG: "слишком длинное имя",
}


def why(error: OSError) -> str:
    """The reason alone, without the file's name."""
    return WORDS.get(error.errno or 0) or error.strerror or str(error) or type(error).__name__
