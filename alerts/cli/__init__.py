"""The commands of ``tocsin``, a file each."""
